/** Who calls, as far as a verified token says so. */
export interface Caller {
  /** whose devices this caller may see; from the token only, never from the request */
  readonly tenantId: string;
  /** the application that holds the token, where it names one */
  readonly clientId: string | undefined;
  /** the user or service principal, where it names one */
  readonly subject: string | undefined;
  /** application permissions, as the issuer wrote them */
  readonly roles: readonly string[];
  /** delegated permissions, as the issuer wrote them */
  readonly scopes: readonly string[];
  /** names the token in logs and audit without being it */
  readonly tokenId: string;
  /** the token's `iss` */
  readonly issuer: string;
}
