/** Milliseconds of processor time that something takes; what else the machine does meanwhile does not count. */
export function effortOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
