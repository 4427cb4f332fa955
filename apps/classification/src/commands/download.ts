// `nx run classification:download`: fetches the official CIFAR archives and unpacks them.
import { createProgress } from 'tensorflow-runtime';
import { forUsersShell, parseCommandLine, pathText } from 'training-kit';
import { cifarArchives, fetchCifar, type FetchedCifar } from 'training-kit/labelled-images';
import { z } from 'zod';

const schema = z.strictObject({
  dataset: z.enum(['cifar10', 'cifar100']).describe('which set'),
  data: pathText().describe('folder to put it in, for instance data; made when it is not there'),
  url: z.string().nullable().default(null).describe('another server’s address of the same archive'),
});

/** Downloads as the flags say. */
export async function downloadCommand(argv: readonly string[]): Promise<void> {
  const call = parseCommandLine(
    {
      name: 'nx run classification:download --',
      description:
        'Fetches the binary version of CIFAR-10 or CIFAR-100 from its authors, checks size and MD5, and unpacks it. ' +
        'Stopped, it goes on where it was. An archive that you put into the folder yourself is used.',
      schema,
      presets: {},
      extra: z.strictObject({}),
      examples: [
        {
          command: 'nx run classification:download -- --dataset cifar10 --data data',
          does: '170 MB, unpacked to data/cifar-10-batches-bin',
        },
      ],
    },
    argv,
  );
  if (call === undefined) return;
  const { dataset, data, url } = call.config;
  const archive = cifarArchives[dataset];
  const source = url === null ? archive : { ...archive, url };
  const progress = createProgress(process.stderr);
  const startOfLine = process.stderr.isTTY ? '\r\u001b[K' : ''; // over the bar
  let phase: ReturnType<typeof progress.phase> | undefined; // none when there is nothing to fetch
  let end: FetchedCifar;
  try {
    end = await fetchCifar(source, data, {
      onProgress: (doneBytes) => {
        phase ??= progress.phase(`Fetching ${source.format.archive}`, source.sizeBytes);
        phase.update(doneBytes);
      },
      note: (line) => {
        progress.line(startOfLine + line);
      },
    });
  } finally {
    phase?.end();
  }
  console.log(`${source.format.title} ${end.wasThere ? 'was already' : 'is'} in ${end.folder}`);
  console.log(
    `Train on it: npx nx run classification:train -- --preset ${dataset}-small --data ${forUsersShell(data)}`,
  );
}
