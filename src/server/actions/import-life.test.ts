import { access, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ImportDesk, importDesk } from '../../../test/support/imports.ts';
import { uploadPath } from '../imports/upload-file.ts';
import { applyImport, checkImport, failImport } from '../jobs/import-jobs.ts';
import { sweepUploads } from '../jobs/sweep-uploads.ts';
import { commitImport } from './commit-import.ts';
import { getImport } from './get-import.ts';
import { listImportErrors } from './list-import-errors.ts';
import { listImports } from './list-imports.ts';

let desk: ImportDesk;
beforeAll(async () => {
  desk = await importDesk();
});
beforeEach(async () => {
  await desk.rows('delete from demand_daily');
  desk.jobs.length = 0;
});
afterAll(() => desk.close());

const file = 'sku,date,units\nA,2026-03-01,1\nB,2026-03-01,2\n';
const demand = () => desk.rows('select units from demand_daily order by units');
const isThere = (id: string) =>
  access(uploadPath(desk.context.uploadFolder, { tenantId: desk.tenantId, importId: id })).then(
    () => true,
    () => false,
  );

test('an upload leaves its dry run to the queue, and a commit its own job', async () => {
  const { id, state, fileBytes } = await desk.upload('sales', file);
  expect({ state, fileBytes }).toEqual({ state: 'checking', fileBytes: file.length });
  await checkImport(desk.context, id);
  expect((await commitImport(desk.context, { id })).state).toBe('committing');
  await applyImport(desk.context, id);
  const { tenantId } = desk;
  expect(desk.jobs).toEqual([
    { name: 'check-import', tenantId, importId: id },
    { name: 'commit-import', tenantId, importId: id },
    { name: 'evaluate-accuracy', tenantId },
  ]);
});

test('who did what stands in the audit log', async () => {
  await desk.rows('delete from audit_log');
  await desk.take('sales', file);
  await desk.cancel(await desk.check('sales', file));
  const log = await desk.rows('select actor, action from audit_log order by id');
  expect(log.map((entry) => entry.action)).toEqual([
    'import.upload',
    'import.commit',
    'import.committed',
    'import.upload',
    'import.cancel',
  ]);
  expect(new Set(log.map((entry) => entry.actor))).toEqual(new Set(['planner@example.com']));
});

test('of two commits at once one wins', async () => {
  const { id } = await desk.check('sales', file);
  const outcomes = await Promise.allSettled([
    commitImport(desk.context, { id }),
    commitImport(desk.context, { id }),
  ]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const lost = outcomes.find((outcome) => outcome.status === 'rejected');
  expect(lost!.reason).toMatchObject({
    code: 'import_not_ready',
    details: { state: 'committing' },
  });
});

test('a job that is carried out twice at once, or again, writes once', async () => {
  const { id } = await desk.check('sales', file);
  await commitImport(desk.context, { id });
  await Promise.all([applyImport(desk.context, id), applyImport(desk.context, id)]);
  await applyImport(desk.context, id);
  await checkImport(desk.context, id);
  expect(await demand()).toEqual([{ units: 1 }, { units: 2 }]);
  expect(await getImport(desk.context, { id })).toMatchObject({
    state: 'committed',
    rows: { new: 2 },
  });
});

test('two files of one key, committed at once, are written one after the other', async () => {
  const first = await desk.check('sales', file);
  const second = await desk.check('sales', 'sku,date,units\nA,2026-03-01,9\nB,2026-03-01,9\n');
  await Promise.all([desk.commit(first), desk.commit(second)]);
  const units = (await demand()).map((row) => row.units);
  expect([[1, 2].join(), [9, 9].join()]).toContain(units.join());
});

test('a dry run that is carried out again says the same once', async () => {
  const { id } = await desk.upload('sales', `${file}Z,2026-03-01,1\n`);
  await Promise.all([checkImport(desk.context, id), checkImport(desk.context, id)]);
  expect(await desk.faults({ id })).toEqual(['4:sku:unknown_sku']);
});

describe('cancelling', () => {
  test('deletes the file, and may be repeated', async () => {
    const { id } = await desk.check('sales', file);
    expect(await isThere(id)).toBe(true);
    expect((await desk.cancel({ id })).state).toBe('cancelled');
    expect((await desk.cancel({ id })).state).toBe('cancelled');
    expect(await isThere(id)).toBe(false);
    await expect(commitImport(desk.context, { id })).rejects.toMatchObject({
      code: 'import_not_ready',
    });
  });

  test('a check that is under way ends in nothing', async () => {
    const { id } = await desk.upload('sales', `${file}Z,2026-03-01,1\n`);
    await Promise.all([checkImport(desk.context, id), desk.cancel({ id })]);
    const { state } = await getImport(desk.context, { id });
    expect(['cancelled', 'refused']).toContain(state);
    if (state === 'cancelled') expect(await desk.faults({ id })).toEqual([]);
    expect(await isThere(id)).toBe(false);
  });

  test('is too late once it was committed', async () => {
    const { id } = await desk.take('sales', file);
    await expect(desk.cancel({ id })).rejects.toMatchObject({ code: 'import_not_ready' });
  });
});

describe('between dry run and commit', () => {
  test('a product that went away makes the commit list its rows and write nothing', async () => {
    await desk.take('products', 'sku,name\nGONE,Gone\n');
    const { id } = await desk.check('sales', `${file}GONE,2026-03-01,1\n`);
    await desk.rows("delete from products where sku = 'GONE'");
    expect(await desk.commit({ id })).toMatchObject({
      state: 'refused',
      refusal: { code: 'import_has_errors' },
    });
    expect(await desk.faults({ id })).toEqual(['4:sku:unknown_sku']);
    expect(await demand()).toEqual([]);
  });

  test('a file that is gone or another one is refused', async () => {
    for (const change of ['gone', 'changed']) {
      const { id } = await desk.check('sales', file);
      const path = uploadPath(desk.context.uploadFolder, { tenantId: desk.tenantId, importId: id });
      if (change === 'changed') await writeFile(path, file.replace('2\n', '3\n'));
      else
        await desk
          .cancel({ id })
          .then(() => desk.rows(`update imports set state = 'checked' where id = '${id}'`));
      expect(await desk.commit({ id })).toMatchObject({
        state: 'refused',
        refusal: { code: 'import_file_missing' },
      });
    }
    expect(await demand()).toEqual([]);
  });
});

test('a job that failed for good says so, and keeps no file', async () => {
  const { id } = await desk.upload('sales', file);
  await failImport(desk.context, id);
  expect(await getImport(desk.context, { id })).toMatchObject({
    state: 'failed',
    refusal: { code: 'internal' },
  });
  expect(await isThere(id)).toBe(false);
});

test('a start ends uploads of yesterday and deletes files that nobody waits for', async () => {
  const waiting = await desk.check('sales', file);
  const stale = await desk.upload('sales', file);
  const orphan = crypto.randomUUID();
  const path = (importId: string) =>
    uploadPath(desk.context.uploadFolder, { tenantId: desk.tenantId, importId });
  await writeFile(path(orphan), 'left behind');
  await desk.rows(
    `update imports set state = 'uploading', created_at = '2026-03-29' where id = '${stale.id}'`,
  );
  await sweepUploads(desk.context);
  expect([await isThere(waiting.id), await isThere(stale.id), await isThere(orphan)]).toEqual([
    true,
    false,
    false,
  ]);
  expect((await getImport(desk.context, stale)).state).toBe('failed');
});

test('a start leaves alone what another server is taking in at the moment', async () => {
  const inTheMiddle = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  async function* slowly(): AsyncGenerator<Buffer> {
    yield Buffer.from(file.slice(0, 20));
    inTheMiddle.resolve();
    await goOn.promise;
    yield Buffer.from(file.slice(20));
  }
  const uploading = desk.upload('sales', slowly());
  await inTheMiddle.promise;
  await sweepUploads(desk.context);
  goOn.resolve();
  const { id, state } = await uploading;
  expect(state).toBe('checking');
  await checkImport(desk.context, id);
  await sweepUploads(desk.context);
  expect(await isThere(id)).toBe(true);
  await commitImport(desk.context, { id });
  await applyImport(desk.context, id);
  expect(await demand()).toHaveLength(2);
});

describe('lists', () => {
  test('imports newest first, and errors in the order of the file, page by page', async () => {
    const bad = await desk.check('sales', 'sku,date,units\nA,x,1\nA,y,1\nA,z,1\n');
    const first = await listImports(desk.context, { limit: 2 });
    expect(first.items[0]!.id).toBe(bad.id);
    const second = await listImports(desk.context, { limit: 2, cursor: first.nextCursor! });
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(4);
    const found: (string | null)[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await listImportErrors(desk.context, { id: bad.id, limit: 2, cursor });
      found.push(...page.items.map((error) => error.found));
      if (!page.nextCursor) break;
      cursor = page.nextCursor;
    }
    expect(found).toEqual(['x', 'y', 'z']);
  });

  test('another tenant sees and touches nothing of it', async () => {
    const { id } = await desk.check('sales', file);
    const stranger = { ...desk.context, tenantId: desk.otherTenantId };
    expect((await listImports(stranger)).items).toEqual([]);
    for (const action of [getImport, listImportErrors, commitImport])
      await expect(action(stranger, { id })).rejects.toMatchObject({ code: 'not_found' });
    await checkImport(stranger, id);
    expect((await getImport(desk.context, { id })).state).toBe('checked');
  });
});
