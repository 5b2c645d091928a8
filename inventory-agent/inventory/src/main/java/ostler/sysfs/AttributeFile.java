package ostler.sysfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import ostler.inventory.Problem.Code;

/**
 * Reads single files, links and directories of a kernel's file system, and tells what is absent,
 * what is denied, what vanished and what the kernel refused from each other.
 *
 * <p>The errno survives in the JDK only as an exception's type or as the C library's text (seen
 * with JDK 17), so the two that have no type are told by their text.
 */
public final class AttributeFile {

  /** Sysfs gives one page at most, and the kernel's command line four. */
  public static final int MAX_BYTES = 16 * 1024;

  /** An SR-IOV parent may have 65,535 links to its virtual functions. */
  private static final int MAX_NAMES = 100_000;

  private static final String ENODEV = "No such device";
  private static final String EPERM = "Operation not permitted";

  private AttributeFile() {}

  /** Reads a file as bytes, one character each, so that binary ones survive. */
  public static Read<String> read(Path file) {
    return read(file, MAX_BYTES);
  }

  /** Reads only a file's first bytes: the rest of a configuration space is not for reading. */
  static Read<String> readHead(Path file, int bytes) {
    try (InputStream in = Files.newInputStream(file)) {
      return Read.of(new String(in.readNBytes(bytes), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return failure(e);
    }
  }

  /** Reads where a link points, without following it. */
  public static Read<Path> link(Path link) {
    try {
      return Read.of(Files.readSymbolicLink(link));
    } catch (NotLinkException e) {
      return Read.failed(Code.ATTRIBUTE_GARBLED, "it is not a link");
    } catch (IOException e) {
      return failure(e);
    }
  }

  /** Lists a directory's names, unordered. */
  public static Read<List<String>> names(Path directory) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (names.size() == MAX_NAMES) {
          return Read.failed(Code.TOO_MANY, "it has more than " + MAX_NAMES + " entries");
        }
        names.add(entry.getFileName().toString());
      }
      return Read.of(names);
    } catch (NotDirectoryException e) {
      return Read.failed(Code.ATTRIBUTE_GARBLED, "it is not a directory");
    } catch (DirectoryIteratorException e) {
      return failure(e.getCause());
    } catch (IOException e) {
      return failure(e);
    }
  }

  /**
   * What the absence of something in a device's directory means that was listed there a moment ago:
   * if the directory is gone too, then the device is, which is not the same as never having had it.
   */
  static <T> Read<T> listed(Path file, Read<T> read) {
    return read instanceof Read.Absent<T> && !Files.exists(file.getParent()) ? vanished() : read;
  }

  static <T> Read<T> vanished() {
    return Read.failed(Code.DEVICE_VANISHED, "it was removed meanwhile");
  }

  private static Read<String> read(Path file, int maxBytes) {
    Read<String> text = readHead(file, maxBytes + 1);
    if (text instanceof Read.Value<String> value && value.found().length() > maxBytes) {
      return Read.failed(Code.TOO_MANY, "it is longer than " + maxBytes + " bytes");
    }
    return text;
  }

  private static <T> Read<T> failure(IOException e) {
    String reason = e instanceof FileSystemException named ? named.getReason() : e.getMessage();
    if (e instanceof NoSuchFileException) {
      return Read.absent();
    }
    if (ENODEV.equals(reason)) {
      return vanished();
    }
    if (e instanceof AccessDeniedException || EPERM.equals(reason)) {
      return Read.failed(Code.ATTRIBUTE_DENIED, "this user may not read it");
    }
    return Read.failed(
        Code.ATTRIBUTE_UNREADABLE, "the kernel says: " + (reason == null ? e : reason));
  }
}
