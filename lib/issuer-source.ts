import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { CertificateAuthority } from './certificate-authority';
import { ClusterIssuer } from './cluster-issuer';
import { Issuer } from './issuer';
import { type AcmeIssuerProps, type CaIssuerProps, type VaultIssuerProps } from './issuer-props';
import { type IIssuer } from './issuer-reference';
import { madeOnce } from './made-once';
import { namedAfter } from './name-after';

/** Where a chart's issuer comes from. */
export abstract class IssuerSource {
  /** An issuer of the chart's own, on a Secret that holds a CA; called `<chart>-issuer` where no name is given. */
  public static ca(props: CaIssuerProps): IssuerSource {
    return new MadeIssuer((scope) => once(scope, Issuer.ca(scope, 'issuer', namedAfter(scope, 'issuer', props))));
  }

  /** An issuer of the chart's own that asks an ACME server such as Let's Encrypt; called `<chart>-issuer` where no name is given. */
  public static acme(props: AcmeIssuerProps): IssuerSource {
    return new MadeIssuer((scope) => once(scope, Issuer.acme(scope, 'issuer', namedAfter(scope, 'issuer', props))));
  }

  /** An issuer of the chart's own that asks HashiCorp Vault or OpenBao; called `<chart>-issuer` where no name is given. */
  public static vault(props: VaultIssuerProps): IssuerSource {
    return new MadeIssuer((scope) => once(scope, Issuer.vault(scope, 'issuer', namedAfter(scope, 'issuer', props))));
  }

  /**
   * A CA of the chart's own, made from nothing: a self-signed CA certificate, and the issuer `ca` that signs with it. Charts of one namespace
   * share it: the first one makes it.
   */
  public static certificateAuthority(): IssuerSource {
    return new MadeIssuer((scope) => {
      const authority = new CertificateAuthority(scope, 'ca');
      return seenFrom(scope, madeOnce(authority, authority.certificate.apiObject).issuer);
    });
  }

  /** An issuer that is made elsewhere in the app, or found in the cluster. */
  public static existing(issuer: IIssuer): IssuerSource {
    return new MadeIssuer(() => issuer);
  }

  /** An Issuer that is in the namespace already. */
  public static issuerName(name: string): IssuerSource {
    return IssuerSource.existing(Issuer.fromName(name));
  }

  /** A ClusterIssuer that is in the cluster already. */
  public static clusterIssuerName(name: string): IssuerSource {
    return IssuerSource.existing(ClusterIssuer.fromName(name));
  }

  /** Nobody for all certificates: each entry of `certificates` names an issuer of its own, or a Secret that you supply. */
  public static none(): IssuerSource {
    return new MadeIssuer(() => undefined);
  }

  /** Makes the issuer in a chart, or finds it; undefined where there is none for all certificates. */
  public abstract bind(scope: Construct): IIssuer | undefined;
}

class MadeIssuer extends IssuerSource {
  public constructor(private readonly make: (scope: Construct) => IIssuer | undefined) {
    super();
  }

  public bind(scope: Construct): IIssuer | undefined {
    return this.make(scope);
  }
}

function once(scope: Construct, issuer: Issuer): IIssuer {
  return seenFrom(scope, madeOnce(issuer, issuer.apiObject));
}

/** An issuer of another chart by its name alone: a dependency between charts would put numbers before the names of all files. */
function seenFrom(scope: Construct, issuer: IIssuer): IIssuer {
  return Construct.isConstruct(issuer) && Chart.of(issuer) !== Chart.of(scope)
    ? Issuer.fromName(issuer.name, { acme: issuer.isAcme })
    : issuer;
}
