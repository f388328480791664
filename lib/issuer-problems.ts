import { isObjectName, secretNameProblems } from './object-names';
import { caBundleProblems } from './issuer-ca-bundle';
import { type KubernetesObject } from './kubernetes';
import { type Problem } from './problem';
import { emailAddressProblem } from './subject-alternative-names';

type Json = { readonly [field: string]: unknown };

/** What is wrong with an Issuer or ClusterIssuer beyond its schema. */
export function issuerProblems(object: KubernetesObject): Problem[] {
  const spec = fields(object.spec);
  return [
    ...referenceProblems('spec', spec),
    ...acmeProblems(spec.acme),
    ...vaultProblems(spec.vault),
    ...venafiProblems(spec.venafi),
  ];
}

/** Names of Secrets and keys in them, wherever in the spec they are: they are the places where a credential is pasted by mistake. */
function referenceProblems(path: string, value: unknown): Problem[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => referenceProblems(`${path}[${index}]`, item));
  }
  return Object.entries(fields(value)).flatMap(([key, child]) => {
    const at = `${path}.${key}`;
    if (key === 'secretName') {
      return secretNameProblems(at, child);
    }
    if (key.endsWith('SecretRef') || key === 'secretRef' || key === 'credentialsRef') {
      const { name, key: secretKey } = fields(child);
      return [...secretNameProblems(`${at}.name`, name), ...secretKeyProblems(`${at}.key`, secretKey)];
    }
    // What a webhook is configured with is the webhook's own.
    return key === 'config' ? [] : referenceProblems(at, child);
  });
}

function secretKeyProblems(path: string, key: unknown): Problem[] {
  return key === undefined || /^[-._a-zA-Z0-9]{1,253}$/.test(String(key))
    ? []
    : [
        {
          path,
          message: 'This is not a key of a Secret (the value is not shown, in case it is a password)',
          remedy: 'Give the key under which the Secret holds the value: letters, digits, dots, hyphens and underscores',
        },
      ];
}

function acmeProblems(value: unknown): Problem[] {
  if (value === undefined) {
    return [];
  }
  const acme = fields(value);
  const solvers = list(acme.solvers);
  const email = acme.email === undefined ? undefined : emailAddressProblem('spec.acme.email', String(acme.email));
  return [
    ...urlProblems('spec.acme.server', acme.server),
    ...(email === undefined ? [] : [email]),
    ...caBundleProblems('spec.acme.caBundle', acme.caBundle),
    ...(solvers.length === 0 && acme.externalAccountBinding === undefined
      ? [
          {
            path: 'spec.acme.solvers',
            message: 'Without a solver no name can be proven to the ACME server',
            remedy: 'Add AcmeSolver.dns01(...), AcmeSolver.http01Ingress(...) or AcmeSolver.http01Gateway(...)',
          },
        ]
      : []),
    ...solvers.flatMap((solver, index) => solverProblems(`spec.acme.solvers[${index}]`, fields(solver))),
  ];
}

function solverProblems(path: string, solver: Json): Problem[] {
  const { ingress, gatewayHTTPRoute: gateway } = fields(solver.http01);
  const { route53, rfc2136 } = fields(solver.dns01);
  return [
    ...(ingress === undefined ? [] : ingressProblems(`${path}.http01.ingress`, fields(ingress))),
    ...(gateway !== undefined && list(fields(gateway).parentRefs).length === 0
      ? [
          {
            path: `${path}.http01.gatewayHTTPRoute.parentRefs`,
            message: 'No Gateway is named, so challenges cannot come in',
            remedy: 'Name at least one Gateway that has a listener on port 80',
          },
        ]
      : []),
    ...(route53 === undefined ? [] : route53Problems(`${path}.dns01.route53`, fields(route53))),
    ...(rfc2136 === undefined
      ? []
      : nameserverProblems(`${path}.dns01.rfc2136.nameserver`, fields(rfc2136).nameserver)),
  ];
}

function ingressProblems(path: string, ingress: Json): Problem[] {
  const given = ['ingressClassName', 'class', 'name'].filter((field) => ingress[field] !== undefined);
  const className = ingress.ingressClassName;
  return [
    ...(given.length > 1
      ? [
          {
            path,
            value: JSON.stringify(Object.fromEntries(given.map((field) => [field, ingress[field]]))),
            message: 'An Ingress is chosen in one way only',
            remedy: `Keep one of ${given.join(', ')}`,
          },
        ]
      : []),
    ...(className !== undefined && !isObjectName(className)
      ? [
          {
            path: `${path}.ingressClassName`,
            value: JSON.stringify(className),
            message: 'This is not the name of an IngressClass',
            remedy:
              'Use its name from kubectl get ingressclass; give a class that is no such name as ingressClassAnnotation',
          },
        ]
      : []),
  ];
}

function route53Problems(path: string, route53: Json): Problem[] {
  const id = route53.accessKeyIDSecretRef !== undefined || route53.accessKeyID !== undefined;
  const secret = route53.secretAccessKeySecretRef !== undefined;
  const auth = route53.auth !== undefined;
  const problems: Problem[] = [];
  if (id !== secret) {
    problems.push({
      path,
      message: `An access key has an id and a secret; the ${id ? 'secret' : 'id'} is missing`,
      remedy: 'Give both accessKeyId and secretAccessKey, or neither to use cert-manager’s own identity',
    });
  }
  if (auth && route53.role === undefined) {
    problems.push({
      path: `${path}.role`,
      message: 'A ServiceAccount’s token is exchanged for a role, and none is given',
      remedy: 'Give the ARN of the role',
    });
  }
  if (auth && id) {
    problems.push({
      path,
      message: 'There are two ways to log in: an access key and a ServiceAccount',
      remedy: 'Keep one of them; the ServiceAccount needs no lasting credential',
    });
  }
  return problems;
}

function nameserverProblems(path: string, value: unknown): Problem[] {
  const [, , port] = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?$/i.exec(String(value)) ?? [undefined, '', 'none'];
  return port === undefined || (Number(port) >= 1 && Number(port) <= 65_535)
    ? []
    : [
        {
          path,
          value: JSON.stringify(value),
          message: 'This is not the address of a name server',
          remedy: 'Write host or host:port; an IPv6 address goes in brackets, as in [fd00::53]:53',
        },
      ];
}

function vaultProblems(value: unknown): Problem[] {
  if (value === undefined) {
    return [];
  }
  const vault = fields(value);
  const path = String(vault.path ?? '');
  return [
    ...urlProblems('spec.vault.server', vault.server),
    ...caBundleProblems('spec.vault.caBundle', vault.caBundle),
    ...(path === '' || path.split('/').includes('..')
      ? [
          {
            path: 'spec.vault.path',
            value: JSON.stringify(path),
            message: 'This is not the path of a sign endpoint',
            remedy: 'Write mount, sign and role, as in pki/sign/databases',
          },
        ]
      : []),
  ];
}

function venafiProblems(value: unknown): Problem[] {
  if (value === undefined) {
    return [];
  }
  const { zone, tpp, cloud } = fields(value);
  return [
    ...(zone === ''
      ? [
          {
            path: 'spec.venafi.zone',
            value: '""',
            message: 'The zone is empty, so nothing says under which policy certificates are issued',
            remedy: 'Give the policy folder, or application and template',
          },
        ]
      : []),
    ...(tpp === undefined ? [] : urlProblems('spec.venafi.tpp.url', fields(tpp).url)),
    ...(tpp === undefined ? [] : caBundleProblems('spec.venafi.tpp.caBundle', fields(tpp).caBundle)),
    ...(fields(cloud).url === undefined ? [] : urlProblems('spec.venafi.cloud.url', fields(cloud).url)),
  ];
}

/** A URL may carry a login; it is told apart from other mistakes and never shown. */
function urlProblems(path: string, value: unknown): Problem[] {
  const url = URL.canParse(String(value)) ? new URL(String(value)) : undefined;
  if (url !== undefined && (url.username !== '' || url.password !== '')) {
    return [
      {
        path,
        message: 'There is a login in this URL (it is not shown)',
        remedy: 'Take it out, and put the credential into a Secret',
      },
    ];
  }
  return url?.protocol === 'https:' || url?.protocol === 'http:'
    ? []
    : [
        {
          path,
          value: JSON.stringify(value),
          message: 'This is not the URL of a server',
          remedy: 'Write it with its scheme, such as https://ca.example.com/directory',
        },
      ];
}

function fields(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
