// Something that happens with every request, told of now and then.

export class Seldom {
  private next = 0;
  private untold = 0;

  constructor(private readonly everyMs: number) {}

  /** @param now ms @returns how often it happened since it was last told of, or 0 when it is not to be told of yet */
  count(now: number): number {
    this.untold++;
    if (now < this.next) return 0;
    this.next = now + this.everyMs;
    const { untold } = this;
    this.untold = 0;
    return untold;
  }
}
