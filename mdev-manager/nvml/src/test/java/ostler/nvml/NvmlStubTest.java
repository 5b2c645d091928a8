package ostler.nvml;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract where there is a compiler; the lab proves it everywhere. */
final class NvmlStubTest {

  @TempDir Path folder;

  @Test
  void theBindingKeepsItsPromises() throws Exception {
    assumeTrue(StubLibrary.isPossible(), "no compiler here: the lab's nvml-stub proves it");
    StubLibrary.compile(folder, "old.so", "-DOLD");
    List<String> proved = StubContract.prove(StubLibrary.compile(folder, "libnvidia-ml.so.1"));
    assertFalse(proved.isEmpty());
  }
}
