// Every root script starts here, with nothing installed yet: `node scripts/bootstrap.mjs COMMAND [ARGUMENTS]`.
// It installs the workspace when that is needed, then runs COMMAND (a script of this folder, or a tool of
// node_modules/.bin) under the workspace's own Node. Plain JavaScript without dependencies, for Node 20 and npm.

const major = Number(process.versions.node.split('.')[0]);

if (major < 20) {
  console.error(
    `[keyturn] Node.js ${process.versions.node} is too old: install Node.js 20 or newer, https://nodejs.org`,
  );
  process.exit(1);
}

void import('./bootstrap/main.mjs').then(({ main }) => main(process.argv.slice(2)));
