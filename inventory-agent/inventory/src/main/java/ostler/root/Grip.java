package ostler.root;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import ostler.pci.IommuGroup;

/**
 * The guard's hand on one group: an open descriptor of its node, which alone keeps everybody else
 * from opening it.
 *
 * <p>A group whose last device leaves vfio-pci loses its node, and gets another one, of the same
 * name, when devices come back; the old descriptor keeps nobody from that. So a grip knows which
 * node it has.
 */
public final class Grip implements AutoCloseable {

  private final Path node;
  private final FileChannel channel;
  private final Map<String, Object> identity;

  private Grip(Path node, FileChannel channel, Map<String, Object> identity) {
    this.node = node;
    this.channel = channel;
    this.identity = identity;
  }

  /**
   * Takes hold of a group's node.
   *
   * @throws IOException with EBUSY if somebody has it open, or if the node was replaced meanwhile
   */
  public static Grip of(IommuGroup group, Layout layout) throws IOException {
    Path node = layout.groupNode(group);
    Map<String, Object> before = identity(node);
    FileChannel channel = FileChannel.open(node, StandardOpenOption.READ, StandardOpenOption.WRITE);
    Grip grip = new Grip(node, channel, before);
    if (!grip.isFirm()) {
      channel.close();
      throw new IOException(node + " was replaced while it was being opened");
    }
    return grip;
  }

  /** Whether the node that is there now is the one that is held. */
  public boolean isFirm() throws IOException {
    try {
      return identity.equals(identity(node));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Its number may be given again, the inode is a new one; owner and mode may change meanwhile. */
  private static Map<String, Object> identity(Path node) throws IOException {
    return Map.copyOf(Files.readAttributes(node, "unix:dev,ino,rdev"));
  }
}
