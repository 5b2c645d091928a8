package ostler.nvml;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on every machine; the lab proves it of a library that a C compiler made. */
final class FakeNvmlTest {

  @TempDir Path folder;

  @Test
  void theBindingKeepsItsPromises() throws Exception {
    List<String> proved = StubContract.prove(FakeNvml.library(folder), folder);
    assertTrue(proved.size() > 40, proved.toString());
  }
}
