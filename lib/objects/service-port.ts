/** One port of a Service, as JSON. */
export interface ServicePortJson {
  readonly name: string;
  readonly port: number;
  readonly protocol: 'TCP';
  readonly targetPort: string;
  readonly nodePort?: number;
}

/** A Service port that leads to the container port of the same name, or of another if given. */
export function servicePort(
  port: { readonly name: string; readonly number: number },
  targetPort: string = port.name,
): ServicePortJson {
  return { name: port.name, port: port.number, protocol: 'TCP', targetPort };
}
