/** Does something with each of many, as many clients would: sixteen at the same time. */
export async function inParallel<T>(items: readonly T[], run: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = [...items];
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
        await run(item);
      }
    }),
  );
}
