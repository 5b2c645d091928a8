package ostler.root;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which processes have which device nodes open, from one walk through /proc.
 *
 * <p>The walk names holders; it is not what keeps a tenant alone. That is the kernel, which lets
 * only one opener have a vfio group, and so the guard's own try to open it is the proof.
 */
public final class OpenFiles {

  /**
   * One open file that may be a device node.
   *
   * @param link its link in /proc
   * @param target where that says it leads
   */
  public record Open(long pid, Path link, String target) {}

  private static final String NO_SUCH_PROCESS = "No such process";

  private final Layout layout;
  private final List<Open> open;

  private OpenFiles(Layout layout, List<Open> open) {
    this.layout = layout;
    this.open = open;
  }

  /**
   * Walks through all processes.
   *
   * @throws IOException if there is a process that may not be looked into, or anything else but its
   *     end keeps it from being looked into: then nobody may be said to hold nothing
   */
  public static OpenFiles scan(Layout layout) throws IOException {
    List<Open> open = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(layout.proc(), "[1-9]*")) {
      for (Path process : processes) {
        addFilesOf(process, open);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return new OpenFiles(layout, open);
  }

  /** Those that hold any of these nodes. */
  public List<Holder> holdersOf(DeviceNodes nodes) throws IOException {
    List<Holder> holders = new ArrayList<>();
    for (Open file : open) {
      try {
        if (nodes.include(file)) {
          holders.add(new Holder(file.pid(), ProcessName.read(layout, file.pid()), file.target()));
        }
      } catch (IOException e) {
        passIfEnded(e);
      }
    }
    return holders;
  }

  private static void addFilesOf(Path process, List<Open> open) throws IOException {
    long pid = Long.parseLong(process.getFileName().toString());
    try (DirectoryStream<Path> links = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path link : links) {
        targetOf(link)
            .filter(OpenFiles::mayBeNode)
            .ifPresent(target -> open.add(new Open(pid, link, target)));
      }
    } catch (DirectoryIteratorException e) {
      passIfEnded(e.getCause());
    } catch (IOException e) {
      passIfEnded(e);
    }
  }

  private static Optional<String> targetOf(Path link) throws IOException {
    try {
      return Optional.of(Files.readSymbolicLink(link).toString());
    } catch (IOException e) {
      passIfEnded(e);
      return Optional.empty();
    }
  }

  /**
   * Nodes are below /dev, and vfio's nodes in a container may be seen at another place but keep
   * their name. Other files are not even looked at: one on a dead network disk would hang.
   */
  private static boolean mayBeNode(String target) {
    return target.startsWith("/dev/") || target.contains("vfio/");
  }

  /** A process, or one of its files, that has ended meanwhile holds nothing. */
  private static void passIfEnded(IOException e) throws IOException {
    boolean ended =
        e instanceof NoSuchFileException || KernelError.wordsOf(e).equals(NO_SUCH_PROCESS);
    if (!ended) {
      throw e;
    }
  }
}
