/** A sign-in through a provider that does not come about; the message is for the person at the page. */
export class SignInRefusal extends Error {
  override readonly name: string = "SignInRefusal";
  readonly status: 401 | 403 | 404 | 503;

  constructor(status: SignInRefusal["status"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
