import type { Target } from '../target.ts';
import { acknowledgements } from './acknowledgements.ts';
import { events } from './events.ts';
import { frames } from './frames.ts';
import { headers } from './headers.ts';
import { json } from './json.ts';
import { paths } from './paths.ts';
import { tokens } from './tokens.ts';

/** What reads something that strangers wrote, without any server. */
export const DECODERS: readonly Target[] = [frames, json, acknowledgements, paths, headers, tokens, events];
