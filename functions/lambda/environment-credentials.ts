/**
 * Takes the place of the SDK's default credential chain in the bundles: Lambda puts the temporary
 * credentials of the function's role into its environment, and nothing else is to be looked for.
 * They outlive the process that they are given to, so reading them once a client is enough.
 */
export function defaultProvider(): () => Promise<{
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}> {
  return async () => ({
    accessKeyId: required('AWS_ACCESS_KEY_ID'),
    secretAccessKey: required('AWS_SECRET_ACCESS_KEY'),
    sessionToken: required('AWS_SESSION_TOKEN'),
  });
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`the environment has no \`${name}\``);
  return value;
}
