// What a page does to keep one person's state in step with the server (docs/sync-protocol.md): the flow of
// js/browser-plugin/src/sync, without promises.

const SAMPLES = 5;
const REFUSALS_MAX = 5;
const HELLO_TIMEOUT_MS = 5_000;

/** Talks for the device's present user from its making to end(). */
export class Client {
  #samples = [];
  #lastId = '';
  #isConnected = false;
  #isOpening = false;
  #stream = undefined;
  #isBusy = false;
  #mustFetch = false;
  #mustSend = false;
  #isOver = false;
  /** What the engine has been told last: the server's word on this replica, and claims. */
  #known = {};
  #claimed = new Set();

  /**
   * @param factsMax of one upload
   * @param ignoresVector a control: trusts the cursor alone
   * @param ignores a control: messages of this type on streams
   * @param onFacts facts of others came, and may be known
   * @param onReached the server can be asked
   * @param onEpoch everything of the id is to go
   * @param onAcknowledged an upload was answered
   * @param onRefused the oldest facts came too late
   */
  constructor({ device, server, network, timeline, factsMax = 4, ignoresVector, ignores, ...told }) {
    Object.assign(this, { device, server, network, timeline, factsMax, ignoresVector, ignores, ...told });
    this.id = device.user;
  }

  #isReachable = () => this.device.isUp && this.server.isUp;

  end() {
    this.#isOver = true;
    this.disconnect();
  }

  /** Asks the server; an answer that comes after the end is nobody's. */
  ask(path, body, answer) {
    const sent = this.device.now;
    // Nobody changes it, so what arrives late or twice is what was sent.
    const request = { id: this.id, ...body };
    this.network.request(this.#isReachable, () => this.server.answer(path, request), (given) => {
      if (this.#isOver) return;
      if (given) this.#learn(given.body.now, sent);
      answer(given);
    });
  }

  #learn(now, sent) {
    this.#samples.push(Math.round(now - (sent + this.device.now) / 2));
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }

  get offset() {
    return [...this.#samples].sort((a, b) => a - b)[this.#samples.length >> 1] ?? 0;
  }

  // The stream.

  disconnect() {
    const stream = this.#stream;
    this.#stream = undefined;
    this.#isConnected = this.#isOpening = false;
    if (!stream) return;
    stream.isOpen = false;
    stream.close();
  }

  /** Something happened that may be worth sending, or the network may be back. */
  kick() {
    if (this.#isConnected) return this.#send();
    if (!this.#isOpening && this.#isReachable()) this.#connect();
  }

  #connect() {
    this.#isOpening = true;
    const stream = { isOpen: true, close: () => {} };
    const { replica } = this.device;
    const asked = { sent: this.device.now, replica, epoch: 0 };
    const end = () => {
      if (!stream.isOpen) return;
      stream.isOpen = false;
      if (!this.#isOver) this.disconnect();
    };
    const take = (message) => stream.isOpen && !this.#isOver && this.#take(message, asked);
    const isUp = () => stream.isOpen && this.#isReachable();
    this.#stream = stream;
    stream.close = this.server.openStream(this.id, replica, this.#lastId, { isUp, take, end });
    this.timeline.after(HELLO_TIMEOUT_MS, () => this.#isOpening && end());
  }

  #take({ type, data, id }, asked) {
    if (type === this.ignores) return;
    if (type === 'hello') {
      this.#learn(data.now, asked.sent);
      asked.epoch = data.epoch;
      this.#greet(asked.replica === this.device.replica ? data : { ...data, own: null }, !this.#lastId);
    }
    if (!this.#isErased(asked.epoch)) {
      if (type === 'facts') this.#takeFacts(data, asked.epoch);
      if (type === 'claim') this.#takeClaims([data]);
    }
    if (type === 'forget') this.#raiseEpoch(data.epoch);
    // Facts that have not come yet may hold on to what a floor would drop: the state has both.
    if (type === 'floor') this.#fetch();
    if (type === 'ping' && this.#isConnected) this.#checkDigest(data.digest);
    if (id) this.#lastId = id;
  }

  #greet({ epoch, own, refetch }, isFirst) {
    this.#raiseEpoch(epoch);
    if (own && !this.#isErased(epoch)) this.#acknowledge(own);
    if (refetch || isFirst) return this.#fetch();
    this.#connected();
  }

  #connected() {
    if (!this.#isOpening) return;
    this.#isOpening = false;
    this.#isConnected = true;
    this.onReached();
    this.#send();
  }

  #checkDigest(digest) {
    const own = this.device.headOf(this.id);
    // Without a digest there is more to come.
    if (own?.incomplete || (digest && digest !== own?.digest && !this.ignoresVector)) this.#fetch();
    this.onReached();
    this.#send();
  }

  #takeFacts({ replica, base, chain, facts }, epoch) {
    if (replica === this.device.replica) return this.#acknowledge({ n: base + facts.length, chain });
    this.onFacts?.(facts);
    const { status } = this.device.run(this.device.of(this.id, { do: 'facts', epoch, replica, base, chain, facts }));
    if (status !== 'ok' && status !== 'known' && !this.ignoresVector) this.#fetch();
  }

  #takeClaims(claims) {
    const isNew = ({ name, version }) => !this.#claimed.has(`${name} ${version}`);
    if (!claims.some(isNew)) return;
    for (const { name, version } of claims) this.#claimed.add(`${name} ${version}`);
    this.device.run(this.device.of(this.id, { do: 'claims', claims }));
  }

  /** What is of such an epoch and comes late must not count in the present one. */
  #isErased = (epoch) => epoch < this.device.epochOf(this.id);

  #raiseEpoch(epoch) {
    if (epoch <= this.device.epochOf(this.id)) return;
    this.device.run(this.device.of(this.id, { do: 'forget', epoch }));
    this.#known = {};
    this.#claimed.clear();
    this.onEpoch();
  }

  /** The server's word on this replica. @returns whether it can be */
  #acknowledge({ n, chain }) {
    const { replica } = this.device;
    if (n === this.#known.n && chain === this.#known.chain && replica === this.#known.replica) return true;
    if (this.device.run(this.device.of(this.id, { do: 'ack', n, chain })).fork) {
      this.device.fork(this.id);
      return false;
    }
    this.#known = { replica, n, chain };
    return true;
  }

  // What reads and writes this replica's own entry is done one by one.

  #fetch() {
    this.#mustFetch = true;
    this.#next();
  }

  #send() {
    this.#mustSend = true;
    this.#next();
  }

  #next() {
    if (this.#isBusy || this.#isOver) return;
    if (this.#mustFetch) {
      this.#mustFetch = false;
      this.#isBusy = true;
      this.ask('state', {}, (given) => this.#done(() => this.#takeState(given)));
    } else if (this.#mustSend) {
      this.#mustSend = false;
      this.#upload(REFUSALS_MAX);
    }
  }

  #done(act) {
    this.#isBusy = false;
    act();
    this.#next();
  }

  #takeState(given) {
    if (given?.status !== 200) {
      // What was missed is asked for again, on another connection.
      this.#lastId = '';
      return this.disconnect();
    }
    const { epoch, state, claims } = given.body;
    if (this.#isErased(epoch)) return this.#connected();
    this.#raiseEpoch(epoch);
    // The claims first, so that the merge does not fire what others have shown.
    this.#takeClaims(claims);
    const merge = this.device.of(this.id, { do: 'merge', state });
    if (this.device.run(merge).status === 'fork') {
      this.device.fork(this.id);
      this.device.run(merge);
    }
    this.#connected();
  }

  #upload(left) {
    if (!this.#isConnected || !this.device.mayHavePending(this.id)) return;
    const { epoch, definitions, replica, base, chain, facts } = this.device.run(this.device.of(this.id, { do: 'upload', offset: this.offset, limit: this.factsMax }));
    if (!facts?.length) return;
    const body = { epoch, definitions, replica, base, chain, facts };
    // Facts are durable before they leave: sent again after a crash they are the same bytes.
    this.device.disk.flush();
    this.#isBusy = true;
    this.ask('upload', body, (given) => this.#done(() => this.#settle(given, left, body)));
  }

  #settle(given, left, { epoch, replica }) {
    if (!given || given.status === 500) return;
    if (given.status === 200) this.onAcknowledged({ id: this.id, epoch, replica, n: given.body.n });
    // The replica's id was given up meanwhile, or the epoch erased: chains tell neither apart, so this answer would be taken
    // for one of now.
    if (replica !== this.device.replica || epoch !== this.device.epochOf(this.id)) return this.#upload(left);
    const { code, n, chain, floor } = given.body;
    const run = (command) => this.device.run(this.device.of(this.id, command));
    if (given.status === 200) {
      this.#acknowledge(given.body);
      return this.#upload(REFUSALS_MAX);
    }
    if (code === 'gap') {
      run({ do: 'ack', n, chain });
      this.#mustFetch = true;
    } else if (code === 'epoch') {
      this.#mustFetch = true;
      return;
    } else if (code === 'fork' || code === 'future' || code === 'floor') {
      // What the server has taken already, from a request whose answer was lost or was a refusal of its first copy, keeps
      // its times and numbers.
      if (this.#acknowledge({ n, chain }) && code !== 'fork') {
        run({ do: 'refused', reason: code, floor });
        if (code === 'floor') this.onRefused();
      }
    } else if (code === 'definitions') {
      return;
    } else {
      throw new Error(`the server refuses what the engine made: ${code}`);
    }
    if (left > 0) this.#upload(left - 1);
  }
}
