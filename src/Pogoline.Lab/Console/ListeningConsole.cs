using Pogoline.Lab.Control;
using Pogoline.Lab.Ymodem;

namespace Pogoline.Lab.Console;

/// <summary>The console of listening mode: one character is one command; what it does not know it ignores.</summary>
/// <param name="system">The system.</param>
/// <param name="stream">The serial port.</param>
/// <param name="wifi">Where Wi-Fi networks go; null on boards without.</param>
/// <param name="explain">How the refusal of an update is worded; null for its number.</param>
sealed class ListeningConsole(IRunningSystem system, IConsoleStream stream, IWifiStore? wifi, Func<string>? explain = null)
{
    const byte Soh = 0x01, Stx = 0x02;
    const int ClaimCodeLength = 63;

    /// <summary>Takes the next character and does what it says; nothing when none has come.</summary>
    public IEnumerable<Pause> Serve()
    {
        if (!stream.TryPeek(out var command)) return [];
        if (command is Soh or Stx) return Receive();
        stream.TryRead(out command);
        switch ((char)command)
        {
            case 'i': return Introduce();
            case 's': return Describe();
            case 'C': return AskClaimCode();
            case 'w' when wifi is not null: return new WifiDialogue(stream, wifi).Run();
            case 'f':
                stream.WriteLine("Waiting for the binary file to be sent ... (press 'a' to abort)");
                return Receive();
            case 'm': stream.Write($"Your device MAC address is\r\n{MacAddress()}\r\n"); break;
            case 'v': stream.Write($"system firmware version: {system.Version}\n\r\n"); break;
            case 'c': stream.WriteLine($"Device claimed: {(system.IsClaimed ? "yes" : "no")}"); break;
            case 'd': stream.WriteLine(system.Diagnostics); break;
            case 'x': system.Listen(false); break;
            case 'L':
                system.ListenAtStart(true);
                system.Leave(SystemExit.SafeMode);
                break;
        }
        return [];
    }

    IEnumerable<Pause> Receive() => new YmodemReceiver(stream, system.Update, explain).Run();

    IEnumerable<Pause> Introduce()
    {
        yield return Pause.Work(system.StartModem());
        var properties = SystemProperties.Of(system).ToList();
        stream.WriteLine(properties.Count == 0 ? $"Your device id is {system.DeviceId}" : $"Device ID: {system.DeviceId}");
        foreach (var (_, name, value) in properties) stream.WriteLine($"{name}: {value}");
    }

    IEnumerable<Pause> Describe()
    {
        yield return Pause.Work(system.StartModem());
        stream.WriteLine(DescribeJson.Write(system));
    }

    // The length counts up to a NUL; the characters do not matter.
    IEnumerable<Pause> AskClaimCode()
    {
        var prompt = new LinePrompt(stream);
        foreach (var pause in prompt.Ask("Enter 63-digit claim code: ", ClaimCodeLength)) yield return pause;
        var code = prompt.Line.Split('\0')[0];
        if (code.Length != ClaimCodeLength)
        {
            stream.WriteLine("Sorry, claim code is not 63 characters long. Claim code unchanged.");
            yield break;
        }
        system.SetClaimCode(code);
        stream.WriteLine($"Claim code set to: {code}");
    }

    string MacAddress()
    {
        var address = system.MacAddress ?? new byte[6];
        return string.Join(':', Convert.ToHexStringLower(address.Span).Chunk(2).Select(pair => new string(pair)));
    }
}
