package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataFolderTest {

  @TempDir private Path temporary;

  private Path folder() {
    return temporary.resolve("deep/data");
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void onlyItsOwnerMayEnterTheFolderAndReadTheToken() throws IOException {
    DataFolder data = DataFolder.open(folder());
    assertFalse(data.hasToken());
    data.saveToken("secret");
    assertEquals("rwx------", permissions(folder()));
    assertEquals("rw-------", permissions(data.tokenFile()));
    assertEquals("secret", DataFolder.open(folder()).token());
  }

  @Test
  void aFolderThatOthersMayEnterIsRefusedByName() throws IOException {
    DataFolder.open(folder());
    Files.setPosixFilePermissions(folder(), PosixFilePermissions.fromString("rwxr-x---"));
    String said = assertThrows(IOException.class, () -> DataFolder.open(folder())).getMessage();
    assertTrue(said.contains("chmod 700 " + folder()), said);
  }

  @Test
  void aTokenThatOthersMayReadIsNoSecretAnyMore() throws IOException {
    DataFolder data = DataFolder.open(folder());
    data.saveToken("secret");
    Files.setPosixFilePermissions(data.tokenFile(), PosixFilePermissions.fromString("rw-r--r--"));
    assertThrows(IOException.class, data::token);
  }

  @Test
  void anEmptyTokenIsNone() throws IOException {
    DataFolder data = DataFolder.open(folder());
    data.saveToken("");
    assertThrows(IOException.class, data::token);
  }
}
