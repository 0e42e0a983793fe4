import { rateDrill } from '../../shared/breach/rating.ts';
import { findBreach } from '../shell/flows/breach-cases.ts';
import type { Handle } from '../shell/http.ts';
import { Problem } from '../shell/problem.ts';

export const getBreachRating: Handle<'getBreachRating'> = async (call, gate) => {
  const { breach } = await findBreach(gate, call.actor, call.params.id);
  if (!breach.opened.data.drill) {
    throw new Problem('state-conflict', 'the case is no drill, and only drills are rated');
  }
  return { status: 200, body: rateDrill(breach, call.now) };
};
