/** One port of a Service, as JSON. */
export interface ServicePortJson {
  readonly name: string;
  readonly port: number;
  readonly protocol: 'TCP';
  readonly targetPort: string | number;
  readonly nodePort?: number;
}

/** A Service port that leads to the container port of the same name, or to the one that is given. */
export function servicePort(
  port: { readonly name: string; readonly number: number },
  targetPort: string | number = port.name,
): ServicePortJson {
  return { name: port.name, port: port.number, protocol: 'TCP', targetPort };
}
