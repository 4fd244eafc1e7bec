import { createContext, use } from "react";

/** Whether the page hangs on a wall: what can be pressed is left out, what is to be known stays. */
const Wall = createContext(false);
export const WallProvider = Wall.Provider;
export const useIsWall = () => use(Wall);
