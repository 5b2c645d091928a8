package ostler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class QemuArgumentsTest {

  private static final LabImage IMAGE = new LabImage(Path.of("/image"));
  private static final MachineFiles FILES =
      new MachineFiles(Path.of("/run"), Path.of("/logs"), Path.of("/memory"));

  @Test
  void everyDeviceOfTheLabIsThereUnderItsName() {
    List<String> words = arguments(options());
    Set<String> missing =
        Arrays.stream(LabDevice.values())
            .filter(
                device ->
                    words.stream()
                        .noneMatch(
                            w -> w.startsWith(device.model() + ",id=" + device.qemuId() + ",")))
            .map(LabDevice::name)
            .collect(Collectors.toSet());
    assertEquals(Set.of(), missing);
  }

  @Test
  void noTwoDevicesShareAPlaceOnTheRootBus() {
    List<String> places =
        arguments(options().withDisk(Path.of("/disk")).withPrograms(Path.of("/programs"))).stream()
            .filter(word -> word.contains("bus=pcie.0,addr="))
            .map(word -> word.substring(word.indexOf("bus=pcie.0,addr=")))
            .toList();
    assertEquals(places.size(), new HashSet<>(places).size(), () -> "places: " + places);
  }

  @Test
  void hardwareVirtualisationIsNeverAskedFor() {
    List<String> words = arguments(options());
    assertTrue(words.get(words.indexOf("-accel") + 1).startsWith("tcg"));
    assertFalse(words.stream().anyMatch(word -> word.contains("kvm") && !word.contains("q35")));
  }

  @Test
  void whatAScenarioAddsComesAfterAllElse() {
    List<String> words =
        arguments(
            options()
                .withExtraArguments(List.of("-device", "e1000e"))
                .withPortForwards(Map.of(4000, 22)));
    assertEquals(List.of("-device", "e1000e"), words.subList(words.size() - 2, words.size()));
    assertTrue(words.contains("user,id=net,hostfwd=tcp:127.0.0.1:4000-:22"));
  }

  private static MachineOptions options() {
    return MachineOptions.plain("test", Path.of("/artifacts"));
  }

  private static List<String> arguments(MachineOptions options) {
    return QemuArguments.of(IMAGE, options, FILES);
  }
}
