/** Why an upload cannot be read as a whole; what it says is shown to whoever uploaded it. */
export class UploadProblem extends Error {
  constructor(detail: string, options: { readonly cause?: unknown } = {}) {
    super(detail, options);
    this.name = 'UploadProblem';
  }
}
