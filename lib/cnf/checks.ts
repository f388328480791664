import { type Problem } from '../problem';
import { type ConfigurationInput } from './configuration-input';
import { planConfiguration } from './plan';

/** Everything that is wrong with what a configuration is to be made from, beyond what the resource's schema says. */
export function checkConfiguration(input: ConfigurationInput): readonly Problem[] {
  return planConfiguration(input).problems;
}
