import { type IIssuer } from './issuer-reference';

/** An issuer that is only named here. */
export class NamedIssuer implements IIssuer {
  public constructor(
    public readonly name: string,
    public readonly kind: string,
    public readonly group: string,
    public readonly isAcme: boolean,
  ) {}
}
