package ostler.sysfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.inventory.Problem.Code;
import ostler.pci.PciAddress;
import ostler.wire.WireException;

/** What becomes of processes that do not do as they should; the processes are real. */
final class ProbesTest {

  private static final PciAddress FIRST = PciAddress.parse("0000:01:00.0");
  private static final PciAddress SECOND = PciAddress.parse("0000:02:00.0");

  private static String healthy(PciAddress address) {
    return new ProbeLine.Begun(address, "config").print()
        + '\n'
        + new ProbeLine.Done(address, "config", Read.of("ok")).print()
        + '\n'
        + new ProbeLine.End(address).print()
        + '\n';
  }

  private static Process shell(String output, String then) throws IOException {
    return new ProcessBuilder("sh", "-c", "printf '%s' \"$0\"; " + then, output).start();
  }

  private static Code codeOf(Map<String, Read<String>> outcome, String attribute) {
    return outcome.get(attribute).failure().map(Read.Failed::code).orElseThrow();
  }

  @Test
  void aHealthyMachineCostsOneProcess() throws IOException, InterruptedException {
    List<List<PciAddress>> started = new ArrayList<>();
    Map<PciAddress, Map<String, Read<String>>> outcomes =
        Probes.run(
            List.of(FIRST, SECOND),
            addresses -> {
              started.add(addresses);
              return shell(healthy(FIRST) + healthy(SECOND), "exit 0");
            });
    assertEquals(List.of(List.of(FIRST, SECOND)), started);
    assertEquals(Map.of("config", Read.of("ok")), outcomes.get(FIRST));
    assertEquals(Map.of("config", Read.of("ok")), outcomes.get(SECOND));
  }

  @Test
  void aProcessThatEndsEarlyCostsTheDeviceItWasAtAndTheNextOneGoesOn()
      throws IOException, InterruptedException {
    List<List<PciAddress>> started = new ArrayList<>();
    Map<PciAddress, Map<String, Read<String>>> outcomes =
        Probes.run(
            List.of(FIRST, SECOND),
            addresses -> {
              started.add(addresses);
              return started.size() == 1
                  ? shell(new ProbeLine.Begun(FIRST, "config").print() + '\n', "exit 139")
                  : shell(healthy(SECOND), "exit 0");
            });
    assertEquals(List.of(List.of(FIRST, SECOND), List.of(SECOND)), started);
    assertEquals(Code.ATTRIBUTE_UNREADABLE, codeOf(outcomes.get(FIRST), "config"));
    assertEquals(Map.of("config", Read.of("ok")), outcomes.get(SECOND));
  }

  @Test
  void whatWasReadBeforeAHangIsKeptAndTheHungReadIsNamed()
      throws IOException, InterruptedException {
    String before =
        new ProbeLine.Done(FIRST, "config", Read.of("ok")).print()
            + '\n'
            + new ProbeLine.Begun(FIRST, "driver_override").print()
            + '\n';
    Map<PciAddress, Map<String, Read<String>>> outcomes =
        Probes.run(List.of(FIRST), addresses -> shell(before, "exec sleep 60"));
    assertEquals(Read.of("ok"), outcomes.get(FIRST).get("config"));
    assertEquals(Code.ATTRIBUTE_TIMED_OUT, codeOf(outcomes.get(FIRST), "driver_override"));
  }

  @Test
  void aProcessThatTalksNonsenseIsNotBelieved() throws IOException, InterruptedException {
    for (String nonsense : List.of("zebra\n", healthy(SECOND), "{\"address\":\"x\"}\n")) {
      Map<PciAddress, Map<String, Read<String>>> outcomes =
          Probes.run(List.of(FIRST), addresses -> shell(nonsense, "exit 0"));
      assertEquals(Code.ATTRIBUTE_GARBLED, codeOf(outcomes.get(FIRST), Probes.PROBE), nonsense);
    }
  }

  @Test
  void aMachineOnWhichEveryProbeIsLostIsNotAskedForEver() throws IOException, InterruptedException {
    List<PciAddress> addresses = new ArrayList<>();
    for (int bus = 0; bus < 20; bus++) {
      addresses.add(new PciAddress(0, bus, 0, 0));
    }
    List<List<PciAddress>> started = new ArrayList<>();
    Map<PciAddress, Map<String, Read<String>>> outcomes =
        Probes.run(
            addresses,
            asked -> {
              started.add(asked);
              return shell("", "exit 1");
            });
    assertEquals(Probes.MAX_LOST, started.size());
    assertEquals(20, outcomes.size());
    assertEquals(Code.TOO_MANY, codeOf(outcomes.get(addresses.get(19)), Probes.PROBE));
  }

  @Test
  void everyLineIsReadBackAsItWasPrinted() throws WireException {
    for (ProbeLine line :
        List.of(
            new ProbeLine.Begun(FIRST, "driver_override"),
            new ProbeLine.Done(FIRST, "config", Read.of("\u00de\u0010\0\u00ff\n")),
            new ProbeLine.Done(FIRST, "config", Read.failed(Code.ATTRIBUTE_DENIED, "no")),
            new ProbeLine.End(FIRST))) {
      assertEquals(line, ProbeLine.parse(line.print()));
      assertEquals(Optional.empty(), line.print().lines().skip(1).findFirst());
    }
    assertThrows(
        WireException.class, () -> ProbeLine.parse("{\"address\":\"0000:01:00.0\",\"x\":1}"));
  }
}
