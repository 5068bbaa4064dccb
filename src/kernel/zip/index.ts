/** Zip archives that cannot hurt; nothing of health in it. */
export { readZip, type ZipEntry, type ZipLimits } from './read.ts';
export { writeZip } from './write.ts';
