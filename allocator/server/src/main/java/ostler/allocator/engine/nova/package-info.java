/** What Nova's scheduler asks and is answered, in types; decisions are pure functions. */
package ostler.allocator.engine.nova;
