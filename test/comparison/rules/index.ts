import type { Comparison } from '../comparison.ts';
import { accessCompared } from './access.ts';
import { acknowledgingCompared } from './acknowledging.ts';
import { addressesCompared } from './addresses.ts';
import { availabilityCompared } from './availability.ts';
import { cleanUpCompared } from './clean-up.ts';
import { deliveryCompared } from './delivery.ts';
import { endingsCompared } from './endings.ts';
import { framesCompared } from './frames.ts';
import { httpCompared } from './http.ts';
import { publishingCompared } from './publishing.ts';
import { responseTopicsCompared } from './response-topics.ts';
import { signsOfLifeCompared } from './signs-of-life.ts';
import { unreadableFramesCompared } from './unreadable-frames.ts';

export const comparisons: readonly Comparison[] = [
  ...framesCompared,
  ...unreadableFramesCompared,
  ...addressesCompared,
  ...accessCompared,
  ...publishingCompared,
  ...responseTopicsCompared,
  ...deliveryCompared,
  ...acknowledgingCompared,
  ...signsOfLifeCompared,
  ...availabilityCompared,
  ...cleanUpCompared,
  ...endingsCompared,
  ...httpCompared,
];
