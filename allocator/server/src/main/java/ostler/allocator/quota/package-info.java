/** What a project may have: keys, limits, and the verdict on one more. Pure. */
package ostler.allocator.quota;
