import https from 'node:https';

/** Reads the metrics of a pod as Prometheus does: over TLS, with chain and host name verified. */
export async function scrape(address: string, servername: string, ca: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const options = { host: address, port: 6071, path: '/metrics', servername, ca, agent: false, timeout: 10_000 };
    const request = https.get(options, (response) => {
      let body = '';
      response.on('data', (bytes: Buffer) => (body += bytes.toString()));
      response.once('end', () => resolve(body));
      response.once('error', reject);
    });
    request.once('timeout', () => request.destroy(new Error(`${address} did not answer the scrape in time`)));
    request.once('error', reject);
  });
}
