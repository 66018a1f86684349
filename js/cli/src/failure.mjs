/** An error whose message is all the user needs: what, where, what to do. No stack is shown. */
export class Failure extends Error {
  /**
   * @param {string} message
   * @param {number} exitCode 1: the input is wrong; 2: the command line is
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
