using Engine.Training;

namespace Engine.Tests.Docs;

/// <summary>The code of docs/doctor.md, run.</summary>
internal static class DoctorPage
{
    public static TrainingDoctor Run(Learner learner)
    {
        TrainingDoctor doctor = new();
        learner.Fit(1, doctor);
        Console.WriteLine(doctor); // or doctor.Findings, each with Code, Where, Evidence, Advice
        foreach (Finding finding in doctor.Findings) Console.WriteLine($"{finding.Code} {finding.Where} {finding.Evidence} {finding.Advice}");
        return doctor;
    }
}
