import { required, SensoriumError } from '@sensorium/contracts';

/** Above it, exact values would take more than 4,096 answers for each sample. */
const MOST_PLAYERS = 12;

/** Throws SENSORIUM_USAGE where exact values would take too long. */
export function requireFew(players: readonly string[]): void {
  if (players.length <= MOST_PLAYERS) return;
  throw new SensoriumError({
    code: 'SENSORIUM_USAGE',
    message: `exact Shapley values of ${players.length} inputs would need 2^${players.length} answers for each sample`,
    hint: `They are for at most ${MOST_PLAYERS} inputs. Ask for other methods, or for a head that reads fewer inputs.`,
  });
}

/** Whether the player at `place` is in a coalition, one of 0 … 2^M − 1 whose bits are its members. */
export const isMember = (coalition: number, place: number): boolean => (coalition & (1 << place)) !== 0;

/**
 * Exact Shapley values (Shapley 1953) of M players from what all 2^M coalitions reach:
 *
 *   φ_i = Σ_{S ∌ i} |S|! (M − |S| − 1)! / M! · (v(S ∪ i) − v(S))
 *
 * They sum to v(all) − v(none); players that do the same get the same, one that changes nothing gets 0.
 *
 * @param reached v by coalition
 */
export function shapleyValues(reached: readonly number[], players: number): number[] {
  const at = (coalition: number): number => required(reached[coalition], `what the coalition ${coalition} reaches`);
  return Array.from({ length: players }, (_, place) => {
    let value = 0;
    for (const coalition of reached.keys()) {
      if (isMember(coalition, place)) continue;
      value += (at(coalition | (1 << place)) - at(coalition)) * weightOf(sizeOf(coalition), players);
    }
    return value;
  });
}

/** |S|! (M − |S| − 1)! / M! */
function weightOf(size: number, players: number): number {
  let weight = 1 / players;
  for (let chosen = 1; chosen <= size; chosen++) weight *= chosen / (players - chosen);
  return weight;
}

function sizeOf(coalition: number): number {
  let size = 0;
  for (let rest = coalition; rest > 0; rest &= rest - 1) size++;
  return size;
}
