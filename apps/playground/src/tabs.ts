import { required } from '@sensorium/contracts';
import { byId } from './dom.js';

export type Room = 'ask' | 'teach' | 'inside';

const rooms: readonly Room[] = ['ask', 'teach', 'inside'];

const tabOf = (room: Room): HTMLElement => byId(`tab-${room}`, HTMLElement);

/** The rooms as tabs: arrows go from one to the next, and the address names the one that is open. */
export function openTabs(onOpen: (room: Room) => void): void {
  const go = (room: Room): void => {
    show(room, onOpen);
    location.hash = room;
  };
  for (const room of rooms) {
    tabOf(room).addEventListener('click', () => go(room));
    tabOf(room).addEventListener('keydown', ({ key }) => {
      const next = neighbour(room, key);
      if (!next) return;
      go(next);
      tabOf(next).focus();
    });
  }
  // Other addresses, such as that of the link past the header, leave the room open.
  addEventListener('hashchange', () => {
    const room = roomIn(location.hash);
    if (room) show(room, onOpen);
  });
  show(roomIn(location.hash) ?? 'ask', onOpen);
}

function neighbour(room: Room, key: string): Room | undefined {
  const at = rooms.indexOf(room);
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: at + 1,
    ArrowLeft: at - 1,
    Home: 0,
    End: rooms.length - 1,
  };
  const to = steps[key];
  return to === undefined ? undefined : required(rooms[(to + rooms.length) % rooms.length], 'a room');
}

const roomIn = (hash: string): Room | undefined => rooms.find((room) => `#${room}` === hash);

function show(open: Room, onOpen: (room: Room) => void): void {
  for (const room of rooms) {
    const isOpen = room === open;
    tabOf(room).setAttribute('aria-selected', String(isOpen));
    tabOf(room).tabIndex = isOpen ? 0 : -1;
    byId(`room-${room}`, HTMLElement).hidden = !isOpen;
  }
  onOpen(open);
}
