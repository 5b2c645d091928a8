package ostler.root;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's words are told apart exactly. */
class KernelErrorTest {

  @Test
  void wordsThatBeginAlikeAreToldApart() {
    assertEquals(KernelError.ENODEV, KernelError.of(new IOException("No such device")));
    assertEquals(KernelError.ENXIO, KernelError.of(new IOException("No such device or address")));
  }

  @Test
  void theFilesNameBeforeTheWordsDoesNotMatter() {
    IOException e = new FileSystemException("/dev/vfio/5", null, "Device or resource busy");
    assertEquals(KernelError.EBUSY, KernelError.of(e));
    assertEquals("Device or resource busy", KernelError.wordsOf(e));
  }

  @Test
  void someAreAnExceptionsTypeAlone() {
    assertEquals(KernelError.ENOENT, KernelError.of(new NoSuchFileException("/x")));
    assertEquals(KernelError.EACCES, KernelError.of(new AccessDeniedException("/x")));
  }

  @Test
  void otherWordsAreUnknown() {
    assertEquals(KernelError.UNKNOWN, KernelError.of(new IOException("Gerät belegt")));
    assertEquals(KernelError.UNKNOWN, KernelError.of(new IOException()));
  }

  @Test
  void theRealKernelIsUnderstoodWhereItIsInTheList(@TempDir Path folder) {
    assertEquals(KernelError.ENOENT, failure(folder.resolve("none"), StandardOpenOption.WRITE));
    assertEquals(KernelError.UNKNOWN, failure(folder, StandardOpenOption.WRITE));
  }

  private static KernelError failure(Path file, StandardOpenOption how) {
    try (FileChannel channel = FileChannel.open(file, how)) {
      throw new AssertionError("opened " + channel);
    } catch (IOException e) {
      return KernelError.of(e);
    }
  }
}
