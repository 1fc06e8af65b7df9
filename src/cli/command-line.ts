import { Command, CommanderError } from 'commander';
import { Refusal } from '../contract/errors.ts';
import { printRefusal } from './print-refusal.ts';
import { EndWith, EXIT, packageVersion, type Terminal } from './terminal.ts';
import { type Verb, verbs } from './verbs.ts';

/** Runs one command line to its end and returns the exit code. */
export async function runCommandLine(argv: readonly string[], terminal: Terminal): Promise<number> {
  const json = argv.includes('--json');
  try {
    const program = await buildProgram(argv, terminal);
    await program.parseAsync(helpSpelledOut(argv), { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (error instanceof EndWith) return error.code;
    if (error instanceof CommanderError) return endOfCommander(error, { json, terminal });
    if (!(error instanceof Refusal)) throw error;
    await printRefusal(error, { json, terminal });
    if (error.code === 'deploy_stuck') return EXIT.personNeeded;
    return error.code === 'invalid_option' ? EXIT.usage : EXIT.refused;
  }
}

async function buildProgram(argv: readonly string[], terminal: Terminal): Promise<Command> {
  const program = new Command('parstock');
  program
    .description('From a sales file to an order list.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [verb]', 'print the help of a verb')
    .configureOutput({
      writeOut: (text) => void terminal.out(text),
      // A usage error is printed once, by endOfCommander.
      writeErr: () => undefined,
    })
    .exitOverride()
    .addHelpText('after', OVERVIEW);
  const called = verbs.find((verb) => verb.name === helpSpelledOut(argv)[0]);
  for (const verb of verbs) await addVerb(program, { verb, called: verb === called, terminal });
  return program;
}

async function addVerb(
  program: Command,
  options: { verb: Verb; called: boolean; terminal: Terminal },
): Promise<void> {
  const { verb, called, terminal } = options;
  const command = program
    .command(verb.name)
    .description(verb.summary)
    .copyInheritedSettings(program);
  command.helpOption('-h, --help', 'print this help');
  if (called) (await verb.load()).define(command, terminal);
}

/** `parstock help plan` is `parstock plan --help`: only then are the verb's options loaded. */
function helpSpelledOut(argv: readonly string[]): string[] {
  if (argv.length === 0) return ['--help'];
  if (argv[0] !== 'help') return [...argv];
  return argv[1] === undefined ? ['--help'] : [argv[1], '--help'];
}

async function endOfCommander(
  error: CommanderError,
  options: { json: boolean; terminal: Terminal },
): Promise<number> {
  if (error.exitCode === 0) return EXIT.done;
  const found = error.message.replace(/^error: /, '');
  await printRefusal(new Refusal('invalid_option', { found }), options);
  return EXIT.usage;
}

const OVERVIEW = `
Examples:
  parstock forecast sales.csv --horizon 28
  parstock plan --sales sales.csv --stock stock.csv --products products.csv
  parstock serve

Exit codes: 0 done, 1 refused (the reason is printed), 2 the command was not understood,
3 a deploy could not be undone.
Every verb explains itself: parstock <verb> --help`;
