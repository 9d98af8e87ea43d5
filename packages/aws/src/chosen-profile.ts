/** The profile of the shared configuration files that the SDK would take. */
export interface ChosenProfile {
  /** `AWS_PROFILE` names it. */
  readonly isNamed: boolean;
  readonly exists: boolean;
  /** It says something of how to log in, complete or not. */
  readonly logsIn: boolean;
}

const SECTION = /^\s*\[\s*(?:profile\s+)?["']?([^\]"']+?)["']?\s*\]/;
const LOGIN_KEY =
  /^\s*(aws_access_key_id|aws_secret_access_key|role_arn|credential_source|credential_process|web_identity_token_file|sso_\w+|login_session)\s*=/;

/** Reads the files that the SDK reads. Only asked after the SDK has failed. */
export async function chosenProfile(): Promise<ChosenProfile> {
  const { env } = process;
  const [{ readFile }, { homedir }, { join }] = await Promise.all([
    import('node:fs/promises'),
    import('node:os'),
    import('node:path'),
  ]);
  const files = [
    env['AWS_SHARED_CREDENTIALS_FILE'] || join(homedir(), '.aws', 'credentials'),
    env['AWS_CONFIG_FILE'] || join(homedir(), '.aws', 'config'),
  ];
  // A file that is missing or may not be read tells nothing, to the SDK either.
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  const lines = texts.flatMap((text) => linesOf(text, env['AWS_PROFILE'] || 'default'));
  return {
    isNamed: Boolean(env['AWS_PROFILE']),
    exists: lines.length > 0,
    logsIn: lines.some((line) => LOGIN_KEY.test(line)),
  };
}

/** The lines of one profile, its heading included. */
function linesOf(text: string, profile: string): string[] {
  let current: string | undefined;
  return text.split(/\r?\n/).filter((line) => {
    current = SECTION.exec(line)?.[1] ?? current;
    return current === profile;
  });
}
