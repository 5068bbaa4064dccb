import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Refusal } from '#kernel';
import { FolderDoor } from './watch-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cigogne-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const taken: string[] = [];
const door = (take: (name: string, bytes: Buffer) => Promise<unknown> = async (name, bytes) => ({ name, size: bytes.length })) =>
  new FolderDoor({ folder, maxBytes: 100, take: (name, bytes) => (taken.push(name), take(name, bytes)) });
const put = (name: string, text = 'abc') => writeFileSync(join(folder, name), text);
const lookTwice = async (one: FolderDoor) => {
  await one.look();
  return one.look();
};

test('a file that keeps its size from one look to the next is taken, and its receipt lies beside it', async () => {
  put('a.xml');
  const one = door();
  expect(await one.look()).toEqual({ taken: 0, refused: 0, left: 1 });
  expect(await one.look()).toEqual({ taken: 1, refused: 0, left: 0 });
  expect(readdirSync(join(folder, 'taken')).toSorted()).toEqual(['a.xml', 'a.xml.receipt.json']);
  expect(JSON.parse(readFileSync(join(folder, 'taken', 'a.xml.receipt.json'), 'utf8'))).toEqual({ name: 'a.xml', size: 3 });
});

test('a file that is still growing, or empty, is left', async () => {
  put('a.xml');
  put('empty.xml', '');
  const one = door();
  await one.look();
  appendFileSync(join(folder, 'a.xml'), 'more');
  expect(await one.look()).toEqual({ taken: 0, refused: 0, left: 2 });
  expect(await one.look()).toEqual({ taken: 1, refused: 0, left: 1 });
});

test('a file under the name of a transfer is never touched, until it is renamed into place', async () => {
  for (const name of ['.hidden.xml', 'a.xml.part', 'b.tmp', 'c.xml.filepart', 'd.xml~']) put(name);
  const one = door();
  expect(await lookTwice(one)).toEqual({ taken: 0, refused: 0, left: 0 });
  renameSync(join(folder, 'a.xml.part'), join(folder, 'a.xml'));
  expect(await lookTwice(one)).toMatchObject({ taken: 1 });
});

test('a wrong file, or one too large, is put aside with the reason', async () => {
  put('bad.xml');
  put('large.xml', 'x'.repeat(101));
  const one = door(() => Promise.reject(new Refusal('report.unreadable', 'no document', { at: 'line 1' })));
  expect(await lookTwice(one)).toEqual({ taken: 0, refused: 2, left: 0 });
  const reason = (name: string) => JSON.parse(readFileSync(join(folder, 'refused', `${name}.receipt.json`), 'utf8')) as { code: string };
  expect(reason('bad.xml')).toMatchObject({ code: 'report.unreadable', at: 'line 1', remedy: expect.any(String) });
  expect(reason('large.xml').code).toBe('deposit.too-large');
});

test('no link is followed: not to a file of others, nor to a folder of others, nor where a receipt is written', async () => {
  const others = mkdtempSync(join(tmpdir(), 'cigogne-others-'));
  try {
    writeFileSync(join(others, 'secret.xml'), 'theirs');
    symlinkSync(join(others, 'secret.xml'), join(folder, 'link.xml'));
    taken.length = 0;
    expect(await lookTwice(door())).toEqual({ taken: 0, refused: 0, left: 0 });
    symlinkSync(others, join(folder, 'refused'));
    put('bad.xml');
    const one = door(() => Promise.reject(new Refusal('report.unreadable', 'no document')));
    await one.look();
    await expect(one.look()).rejects.toThrow('not links');
    expect([taken, readdirSync(others), existsSync(join(folder, 'bad.xml'))]).toEqual([['bad.xml'], ['secret.xml'], true]);
    await lookTwice(door());
    symlinkSync(join(others, 'secret.xml'), join(folder, 'taken', 'next.xml.receipt.json.part'));
    put('next.xml');
    expect(await lookTwice(door())).toMatchObject({ taken: 1 });
    expect(readFileSync(join(others, 'secret.xml'), 'utf8')).toBe('theirs');
  } finally {
    rmSync(others, { recursive: true, force: true });
  }
});

test('a file that may be tried again stays, and is', async () => {
  put('a.xml');
  let isAway = true;
  const one = door(async () => {
    if (isAway) throw new Refusal('store.unavailable', 'not now');
    return {};
  });
  expect(await lookTwice(one)).toEqual({ taken: 0, refused: 0, left: 1 });
  isAway = false;
  expect(await lookTwice(one)).toMatchObject({ taken: 1 });
});

test('a fault of ours loses nothing: the file stays', async () => {
  put('a.xml');
  const one = door(() => Promise.reject(new Error('a bug')));
  await one.look();
  await expect(one.look()).rejects.toThrow('a bug');
  expect(existsSync(join(folder, 'a.xml'))).toBe(true);
});

test('the same name twice keeps both', async () => {
  const one = door();
  put('a.xml');
  await lookTwice(one);
  put('a.xml', 'other');
  await lookTwice(one);
  expect(readFileSync(join(folder, 'taken', 'a.xml'), 'utf8')).toBe('abc');
  expect(readFileSync(join(folder, 'taken', 'a.xml.2'), 'utf8')).toBe('other');
});

test('a receipt has its name only once its file has moved, so that the next file may come under the same name; after a stop in between it gets it', async () => {
  const receipt = join(folder, 'taken', 'a.xml.receipt.json');
  mkdirSync(join(receipt, 'in-the-way'), { recursive: true });
  put('a.xml');
  await expect(lookTwice(door())).rejects.toThrow(receipt);
  expect([existsSync(join(folder, 'a.xml')), existsSync(join(folder, 'taken', 'a.xml'))]).toEqual([false, true]);
  rmSync(receipt, { recursive: true });
  put('a.xml', 'the next one');
  await lookTwice(door());
  expect(readdirSync(join(folder, 'taken')).toSorted()).toEqual(['a.xml', 'a.xml.2', 'a.xml.2.receipt.json', 'a.xml.receipt.json']);
  expect(JSON.parse(readFileSync(receipt, 'utf8'))).toEqual({ name: 'a.xml', size: 3 });
});
