package ostler.root;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;

/**
 * What the kernel answered. Java keeps of an errno only its text, so this is the one place that
 * reads it back. The texts are those of glibc in the C locale, which the program's wrapper sets;
 * those that JDK 17 replaces by an exception's type are told by it. Each of them was provoked on a
 * real kernel (the lab's scenario kernel-errors).
 */
public enum KernelError {
  EPERM("Operation not permitted"),
  ENOENT("No such file or directory"),
  EIO("Input/output error"),
  ENXIO("No such device or address"),
  EACCES("Permission denied"),
  EBUSY("Device or resource busy"),
  ENODEV("No such device"),
  EINVAL("Invalid argument"),
  ENOTTY("Inappropriate ioctl for device"),
  EROFS("Read-only file system"),
  EEXIST("File exists"),
  EUSERS("Too many users"),
  ENOSPC("No space left on device"),
  EAGAIN("Resource temporarily unavailable"),
  ERANGE("Numerical result out of range"),
  ENOMEM("Cannot allocate memory"),
  /** A text that is not in this list. */
  UNKNOWN("");

  private static final KernelError[] ALL = values();

  private final String words;

  KernelError(String words) {
    this.words = words;
  }

  /** Finds the errno behind an exception; {@link #UNKNOWN} where its text is none of these. */
  public static KernelError of(IOException e) {
    if (e instanceof NoSuchFileException) {
      return ENOENT;
    }
    if (e instanceof AccessDeniedException) {
      return EACCES;
    }
    if (e instanceof NotLinkException) {
      return EINVAL;
    }
    String text = wordsOf(e);
    for (KernelError error : ALL) {
      if (error != UNKNOWN && error.words.equals(text)) {
        return error;
      }
    }
    return UNKNOWN;
  }

  /** The kernel's words, without the file's name that Java puts before them. */
  public static String wordsOf(IOException e) {
    if (e instanceof NoSuchFileException) {
      return ENOENT.words;
    }
    if (e instanceof AccessDeniedException) {
      return EACCES.words;
    }
    if (e instanceof NotLinkException) {
      return EINVAL.words;
    }
    String text =
        e instanceof FileSystemException onFile && onFile.getReason() != null
            ? onFile.getReason()
            : e.getMessage();
    return text == null ? e.getClass().getSimpleName() : text;
  }
}
