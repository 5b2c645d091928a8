/** From what is ordered and what is seen to the next thing to do, and the doing of it. */
package ostler.agent.reconcile;
