package ostler.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A tenant in a second or two: a nested QEMU that has a device through vfio, and no guest code.
 *
 * <p>The nested machine stands still ({@code -S}); its test protocol programs the device's memory
 * BAR and reads and writes through it, as a driver in a tenant would. It does not end at the end of
 * its input: it is killed, as a crashed tenant would be.
 */
public final class Tenant implements AutoCloseable {

  private static final Duration START_DEADLINE = Duration.ofSeconds(30);
  private static final Duration COMMAND_DEADLINE = Duration.ofSeconds(60);
  private static final int SLOT = 5;
  private static final long BAR_PLACE = 0xe000_0000L;
  private static final int COMMAND_REGISTER = 0x04;
  private static final int FIRST_BAR_REGISTER = 0x10;
  private static final int BAR_IS_64_BIT = 0x4;
  private static final int MEMORY_ENABLE = 0x2;
  private static final int BLOCK_BYTES = 64 << 10;

  private final LabMachine machine;
  private final String folder;
  private final long pid;

  private Tenant(LabMachine machine, String folder, long pid) {
    this.machine = machine;
    this.folder = folder;
    this.pid = pid;
  }

  /**
   * Starts a tenant named {@code name} that holds the function at {@code address}.
   *
   * @throws LabException with QEMU's own words, if the kernel does not let it have the device
   */
  public static Tenant start(LabMachine machine, String name, String address)
      throws IOException, InterruptedException, LabException {
    String folder = "/run/tenant-" + name;
    String script =
        """
        rm -rf %1$s; mkdir %1$s; cd %1$s; mkfifo in
        exec 5<>in
        setsid qemu-system-x86_64 -accel tcg -M pc -cpu qemu64 -m 64 -nodefaults -display none -S \
          -qtest stdio -qtest-log none -device vfio-pci,host=%2$s,addr=%3$d <&5 >out 2>err 5>&- &
        echo outb 0x80 0 >&5
        until [ -s out ]; do kill -0 $! 2>/dev/null || { cat err >&2; exit 1; }; sleep 0.05; done
        echo $!
        """
            .formatted(folder, address, SLOT);
    String pid = machine.exec(script, START_DEADLINE).orThrow();
    return new Tenant(machine, folder, Long.parseLong(pid));
  }

  /** The nested QEMU's process in the guest. */
  public long pid() {
    return pid;
  }

  /** Gives a memory BAR a place and switches the device's memory on; one BAR at a time. */
  public void mapBar(int bar) throws IOException, InterruptedException, LabException {
    int register = FIRST_BAR_REGISTER + 4 * bar;
    boolean wide = (configRead(register) & BAR_IS_64_BIT) != 0;
    List<String> commands = new ArrayList<>(configWrite(register, BAR_PLACE));
    if (wide) {
      commands.addAll(configWrite(register + 4, 0));
    }
    commands.addAll(configWrite(COMMAND_REGISTER, MEMORY_ENABLE));
    ask(commands);
  }

  /** Writes bytes, given as hexadecimal digits, into the mapped BAR. */
  public void write(long offset, String hex)
      throws IOException, InterruptedException, LabException {
    ask(List.of("write 0x%x 0x%x 0x%s".formatted(BAR_PLACE + offset, hex.length() / 2, hex)));
  }

  /** Reads bytes from the mapped BAR as hexadecimal digits. */
  public String read(long offset, int bytes)
      throws IOException, InterruptedException, LabException {
    String answer = ask(List.of("read 0x%x 0x%x".formatted(BAR_PLACE + offset, bytes))).get(0);
    return answer.substring("OK 0x".length());
  }

  /** The offset of a secret in a range of the mapped BAR, looked for in steps of 64 KiB. */
  public Optional<Long> find(String hex, long offset, long length)
      throws IOException, InterruptedException, LabException {
    String before = "";
    for (long block = offset; block < offset + length; block += BLOCK_BYTES) {
      int bytes = (int) Math.min(BLOCK_BYTES, offset + length - block);
      String text = before + read(block, bytes);
      int at = text.indexOf(hex.toLowerCase(Locale.ROOT));
      if (at >= 0) {
        return Optional.of(block + (at - before.length()) / 2);
      }
      before = text.substring(Math.max(0, text.length() - hex.length()));
    }
    return Optional.empty();
  }

  /** SIGKILL, as a crash would; back when the process is gone and the device closed. */
  public void kill() throws IOException, InterruptedException, LabException {
    machine.run(
        "kill -9 " + pid + " 2>/dev/null; while [ -e /proc/" + pid + " ]; do sleep 0.02; done",
        START_DEADLINE);
  }

  @Override
  public void close() throws IOException, LabException {
    try {
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while tenant " + pid + " was ending", e);
    }
  }

  private long configRead(int register) throws IOException, InterruptedException, LabException {
    String answer = ask(List.of(configAddress(register), "inl 0xcfc")).get(1);
    return Long.decode(answer.substring("OK ".length()));
  }

  private static List<String> configWrite(int register, long value) {
    return List.of(configAddress(register), "outl 0xcfc 0x%x".formatted(value));
  }

  private static String configAddress(int register) {
    return "outl 0xcf8 0x%x".formatted(0x8000_0000L | SLOT << 11 | register);
  }

  /** Sends commands and returns one answer line for each; an answer that is not OK is an error. */
  private List<String> ask(List<String> commands)
      throws IOException, InterruptedException, LabException {
    String script =
        """
        cd %s; before=$(wc -l <out)
        printf '%s\\n' >in
        until [ $(wc -l <out) -ge $((before + %d)) ]; do
          kill -0 %d || exit 1
          sleep 0.02
        done
        tail -n +$((before + 1)) out
        """
            .formatted(folder, String.join("\\n", commands), commands.size(), pid);
    List<String> answers = machine.exec(script, COMMAND_DEADLINE).orThrow().lines().toList();
    for (String answer : answers) {
      if (!answer.startsWith("OK")) {
        throw new LabException("tenant " + pid + " refused one of " + commands + ": " + answer);
      }
    }
    return answers;
  }
}
