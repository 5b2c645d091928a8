/** The operator's command, which talks HTTP only. */
package ostler.cli;
