/** Lets only so many do something at the same time; the others wait for their turn. */
export class Turns {
  private readonly waiting: (() => void)[] = [];
  private taken = 0;

  constructor(private readonly most: number) {}

  /** Does the work when it is its turn. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.taken >= this.most) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.taken++;
    }
    try {
      return await work();
    } finally {
      // Whoever waits longest gets the place as it is.
      const next = this.waiting.shift();
      if (next === undefined) {
        this.taken--;
      } else {
        next();
      }
    }
  }
}
