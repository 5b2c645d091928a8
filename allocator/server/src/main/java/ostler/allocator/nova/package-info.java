/** What Nova's scheduler speaks to. */
package ostler.allocator.nova;
