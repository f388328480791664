import { type ApiObject, Chart, type ChartProps, Testing } from 'cdk8s';

/** A chart of its own app. */
export function testChart(props: ChartProps = {}): Chart {
  return new Chart(Testing.app(), 'test', { disableResourceNameHashes: true, ...props });
}

/** What the object would be written as, valid or not. */
export function manifestOf(construct: { readonly apiObject: ApiObject }): {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly [field: string]: unknown };
  readonly spec: { readonly [field: string]: unknown };
} {
  return construct.apiObject.toJson();
}

/** Everything that synthesis would complain about. */
export function problemsOf(chart: Chart): string[] {
  return chart.node.findAll().flatMap((construct) => construct.node.validate());
}

/** A CA certificate that says nothing to anybody. */
export const TEST_CA = `-----BEGIN CERTIFICATE-----
MIIBfDCCASGgAwIBAgIUT4yLeP6YUw1QdPWTQTpPAfVlHZQwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHVGVzdCBDQTAgFw0yNjExMjQxMTMzMTZaGA8yMTI2MTAzMTEx
MzMxNlowEjEQMA4GA1UEAwwHVGVzdCBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABEJggFJ4EyNMAt0OyOLDr2mo0ZGiWOiV4dQ+GXs0xU+6WJEVcev5YTH5fDRF
H/nVn5BuuhT4eND3q6jyGy4FxNmjUzBRMB0GA1UdDgQWBBRppOjw75AHTQ0so2vS
iq323dzsizAfBgNVHSMEGDAWgBRppOjw75AHTQ0so2vSiq323dzsizAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQCuwkmSVLLIhwXNIWz2zRSVyCvs
z1d8tHbPmKVbGGjtPQIhAMZwvasgk6A78TainGVofOjC5h1NHSd+ORCW3Q/Apd7K
-----END CERTIFICATE-----
`;
