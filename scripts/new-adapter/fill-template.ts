import { type AdapterName, RefusedName } from './adapter-name.ts';

/** A file of the template: its path below the template's folder, with forward slashes, and its text. */
export interface TemplateFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The template speaks of a service called "Acme Secrets". Beside a quote, a slash, a hyphen or a colon `acme` is the
 * name of a file, a package, a source or a scheme; anywhere else it is an identifier.
 */
const PLACES = /@keyturn\/template|Acme Secrets|ACME|Acme|(?<kebab>(?<=[-'"/])acme|acme(?=-|:\S))|acme/g;

/**
 * The files of a new package, from those of the template.
 * @throws {RefusedName} where the template's code has an identifier of that name
 */
export function fillTemplate(template: readonly TemplateFile[], name: AdapterName): TemplateFile[] {
  if (template.some((file) => identifiers(file).has(name.camel))) {
    throw new RefusedName(`"${name.camel}" has a meaning in every adapter's code: choose a longer name`);
  }
  return template.map(({ path, text }) => {
    const filled = { path: path.replaceAll('acme', name.kebab), text: text.replace(PLACES, replacement(name)) };
    return path === 'package.json' ? { ...filled, text: publishable(filled.text) } : filled;
  });
}

function replacement({ kebab, camel, pascal, constant, title }: AdapterName) {
  const forms: Readonly<Record<string, string>> = {
    '@keyturn/template': `@keyturn/${kebab}`,
    'Acme Secrets': title,
    ACME: constant,
    Acme: pascal,
    acme: camel,
  };
  return (found: string, inKebab: string | undefined): string => (inKebab ? kebab : forms[found]!);
}

/** Only the template itself is never published. */
function publishable(manifest: string): string {
  const { private: _, ...rest } = JSON.parse(manifest) as Record<string, unknown>;
  return `${JSON.stringify(rest, null, 2)}\n`;
}

/** Comments and quoted text are no code. */
const NO_CODE = /\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'/g;

function identifiers({ path, text }: TemplateFile): Set<string> {
  if (!path.endsWith('.ts')) return new Set();
  return new Set(text.replace(NO_CODE, ' ').match(/[A-Za-z_$][\w$]*/g));
}
