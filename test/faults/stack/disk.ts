import { closeSync, ftruncateSync, mkdirSync, openSync } from 'node:fs';
import { runTool } from '@dasf-broker/deploy';

/** EXT4_IOC_SHUTDOWN; 2: what the journal has not written is lost, as when the power fails. */
const POWER_CUT = `
  open(my $folder, '<', $ARGV[0]) or die "open: $!";
  my $without_flush = pack('L', 2);
  ioctl($folder, 0x8004587d, $without_flush) or die "ioctl: $!";
`;

/** A file system of its own below a folder. */
export interface Disk extends AsyncDisposable {
  readonly folder: string;
}

/** An ext4 file system in a file, which can lose its power. */
export class PowerCutDisk implements Disk {
  readonly folder: string;
  readonly #image: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.#image = `${folder}.img`;
  }

  static async create(folder: string, bytes: number): Promise<PowerCutDisk> {
    const disk = new PowerCutDisk(folder);
    mkdirSync(folder, { recursive: true });
    const file = openSync(disk.#image, 'w');
    ftruncateSync(file, bytes);
    closeSync(file);
    await must('mkfs.ext4', '-q', '-F', disk.#image);
    await disk.#mount();
    return disk;
  }

  /** Puts on the disk what has been written so far. */
  async sync(): Promise<void> {
    await must('sync', '-f', this.folder);
  }

  /** From now on nothing that is not on the disk yet ever gets there. Whoever writes must be paused. */
  async cutPower(): Promise<void> {
    await must('perl', '-e', POWER_CUT, this.folder);
  }

  /** The file system as it is after the machine was started again. Nobody may use it meanwhile. */
  async restorePower(): Promise<void> {
    await must('umount', this.folder);
    await this.#mount();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Lazily: whatever became of those who use it, it must not stay.
    await must('umount', '-l', this.folder);
  }

  async #mount(): Promise<void> {
    await must('mount', '-o', 'loop', this.#image, this.folder);
  }
}

/** A small file system in memory, which gets full and can be made larger. */
export class SmallDisk implements Disk {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(folder: string, bytes: number): Promise<SmallDisk> {
    mkdirSync(folder, { recursive: true });
    await must('mount', '-t', 'tmpfs', '-o', `size=${bytes},mode=755`, 'tmpfs', folder);
    return new SmallDisk(folder);
  }

  async resize(bytes: number): Promise<void> {
    await must('mount', '-o', `remount,size=${bytes}`, this.folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Lazily: whatever became of those who use it, it must not stay.
    await must('umount', '-l', this.folder);
  }
}

async function must(command: string, ...args: readonly string[]): Promise<void> {
  const { code, stderr } = await runTool(command, args);
  if (code !== 0) throw new Error(`${command} ${args.at(-1)} failed: ${stderr.trim()}`);
}
