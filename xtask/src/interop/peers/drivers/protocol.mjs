// The lines that `cargo xtask interop` and a driver exchange: a verb and key=value, with tabs; then ok, no or cannot.
import fs from 'node:fs';
import readline from 'node:readline';

export class Cannot extends Error {}

export async function serve(version, verbs) {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [verb, ...pairs] = line.split('\t');
    const job = Object.fromEntries(pairs.map((pair) => [pair.split('=', 1)[0], pair.slice(pair.indexOf('=') + 1)]));
    try {
      if (verb === 'version') {
        console.log(`ok\t${version}`);
        continue;
      }
      if (!verbs[verb]) throw new Cannot(`no verb ${verb}`);
      fs.writeFileSync(job.out, await verbs[verb](job));
      console.log('ok\t');
    } catch (error) {
      const text = String(error?.message ?? error).replace(/\s+/g, ' ').slice(0, 1000);
      console.log(`${error instanceof Cannot ? 'cannot' : 'no'}\t${text}`);
    }
  }
}

export function version(name) {
  return JSON.parse(fs.readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;
}
