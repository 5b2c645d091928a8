package ostler.capture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import ostler.inventory.HostInventory;
import ostler.wire.WireException;

/**
 * The files of one host that Ostler reads, held in memory: from a real machine, from a file that a
 * colleague sent, or made up. It can be laid out in a directory, where everything that takes a root
 * directory then sees that host.
 */
public final class HostTree {

  /** More entries than any host has. */
  static final int MAX_ENTRIES = 1_000_000;

  /** What is at a path. */
  public sealed interface Entry {

    /**
     * A file.
     *
     * @param content one character a byte
     */
    record File(String content) implements Entry {}

    /**
     * A symbolic link.
     *
     * @param target relative to the link's directory, and inside the tree
     */
    record Link(String target) implements Entry {}

    /** A directory that may have nothing in it. */
    record Directory() implements Entry {}

    /** Something that was there and could not be read: it is not laid out. */
    record Lost(String reason) implements Entry {}
  }

  private final List<String> comments = new ArrayList<>();
  private final SortedMap<String, Entry> entries = new TreeMap<>();

  /** The tree that a host with this inventory would have. */
  public static HostTree of(HostInventory host) {
    return new InventoryRendering(host).tree();
  }

  /**
   * Reads the text that {@link #toText} writes.
   *
   * @throws WireException naming the line and the rule that it breaks
   */
  public static HostTree parse(String text) throws WireException {
    return HostTreeText.parse(text);
  }

  /** One line for each entry, in order of path, so that two trees can be compared line by line. */
  public String toText() {
    return HostTreeText.write(this);
  }

  public List<String> comments() {
    return Collections.unmodifiableList(comments);
  }

  public SortedMap<String, Entry> entries() {
    return Collections.unmodifiableSortedMap(entries);
  }

  /** Adds a line for people at the head of the text. */
  public HostTree comment(String line) {
    comments.add(line);
    return this;
  }

  /** Puts a file with a line's end behind the text, as the kernel does. */
  public HostTree line(String path, Object text) {
    return put(path, new Entry.File(text + "\n"));
  }

  public HostTree link(String path, String target) {
    return put(path, new Entry.Link(target));
  }

  /**
   * Puts an entry, in the place of an older one.
   *
   * @param path relative, by slashes
   * @throws IllegalArgumentException if the path or a link's target leads out of the tree, or the
   *     path leads through something that is not a directory
   */
  public HostTree put(String path, Entry entry) {
    Objects.requireNonNull(entry);
    Path normal = Path.of(path).normalize();
    if (path.isEmpty()
        || normal.isAbsolute()
        || !normal.toString().equals(path)
        || normal.startsWith("..")) {
      throw new IllegalArgumentException("is not a plain path inside the tree: " + path);
    }
    if (entry instanceof Entry.Link link && !staysInside(normal, link.target())) {
      throw new IllegalArgumentException("links out of the tree: " + path + " to " + link.target());
    }
    for (Path above = normal.getParent(); above != null; above = above.getParent()) {
      if (!(entries.getOrDefault(above.toString(), new Entry.Directory())
          instanceof Entry.Directory)) {
        throw new IllegalArgumentException(
            path + " leads through " + above + ", which is no directory");
      }
    }
    if (!(entry instanceof Entry.Directory) && hasBelow(path)) {
      throw new IllegalArgumentException(path + " is a directory already");
    }
    if (entries.put(path, entry) == null && entries.size() > MAX_ENTRIES) {
      throw new IllegalArgumentException("there are more than " + MAX_ENTRIES + " entries");
    }
    return this;
  }

  /** Takes an entry away, with everything below it. */
  public HostTree remove(String path) {
    entries.keySet().removeIf(entry -> entry.equals(path) || entry.startsWith(path + '/'));
    return this;
  }

  /**
   * Lays the tree out in a directory, where what was lost is not there. Nothing is overwritten.
   *
   * @throws IOException if it cannot be written, or one of its entries exists
   */
  public void writeTo(Path directory) throws IOException {
    Set<Path> made = new HashSet<>();
    for (Map.Entry<String, Entry> each : entries.entrySet()) {
      Path path = directory.resolve(each.getKey());
      if (made.add(path.getParent())) {
        Files.createDirectories(path.getParent());
      }
      Entry entry = each.getValue();
      if (entry instanceof Entry.File file) {
        Files.write(
            path,
            file.content().getBytes(StandardCharsets.ISO_8859_1),
            StandardOpenOption.CREATE_NEW);
      } else if (entry instanceof Entry.Link link) {
        Files.createSymbolicLink(path, Path.of(link.target()));
      } else if (entry instanceof Entry.Directory) {
        Files.createDirectories(path);
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HostTree tree
        && entries.equals(tree.entries)
        && comments.equals(tree.comments);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  private boolean hasBelow(String path) {
    SortedMap<String, Entry> below = entries.tailMap(path + '/');
    return !below.isEmpty() && below.firstKey().startsWith(path + '/');
  }

  private static boolean staysInside(Path link, String target) {
    if (target.isEmpty() || target.startsWith("/")) {
      return false;
    }
    Path parent = link.getParent() == null ? Path.of("") : link.getParent();
    return !parent.resolve(target).normalize().startsWith("..");
  }
}
