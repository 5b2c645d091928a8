/**
 * What a project may have: a tree of projects, limits by key at each, and the verdict on more.
 * Pure.
 */
package ostler.allocator.quota;
